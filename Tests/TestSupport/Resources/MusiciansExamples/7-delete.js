// Удаление трека через специальный эндпоинт
const response = await fetch(`http://localhost:3000/media/track/${trackId}`, {
  method: 'DELETE',
  headers: {
    'Authorization': `Bearer ${accessToken}`
  }
});

const result = await response.json();
if (result.success) {
  console.log('Track deleted successfully');
  // Счетчик tracksCount в профиле пользователя автоматически обновится
} else {
  console.error('Error:', result.error);
}

// Альтернативный способ: удаление через общий эндпоинт
const response2 = await fetch(`http://localhost:3000/media/file/${fileId}`, {
  method: 'DELETE',
  headers: {
    'Authorization': `Bearer ${accessToken}`
  }
});
